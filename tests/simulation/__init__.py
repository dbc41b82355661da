"""A township in one process: real phones, the real server, every fault, and fourteen promises."""
