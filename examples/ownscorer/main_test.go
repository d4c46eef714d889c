package main

func Example_main() {
	main()
	// Output:
	// 1. March of the Penguins (2005), 80 minutes
	// 2. Breathless (1960), 90 minutes
	// 3. The Umbrellas of Cherbourg (1964), 91 minutes
}
