"""What a visit is compared with outside itself: other households, its village's forms, its past."""
