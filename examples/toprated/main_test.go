package main

func Example_main() {
	main()
	// Output:
	// Dramas of the 1970s (simulated ratings; a film needs 116 of them)
	// 1. All the President's Men (1976): 3.66 from 154 ratings of mean 3.87
	// 2. Apocalypse Now (1979): 3.43 from 221 ratings of mean 3.46
	// 3. Stalker (1979): 3.34 from 203 ratings of mean 3.32
}
