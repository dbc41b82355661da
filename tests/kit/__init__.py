"""What tests stand on: databases, a cast of people, and ways to make ops."""
