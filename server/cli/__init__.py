"""What an administrator types: `flask …`."""
