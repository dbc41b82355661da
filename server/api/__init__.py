"""The API, version 1: what devices and offices' programs speak."""
