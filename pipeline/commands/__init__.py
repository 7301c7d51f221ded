"""One file for each command: it declares its options and knows which function runs."""
