// Holds what all tests include, read once: pch.h.
int main() {}
