package main

func Example_main() {
	main()
	// Output:
	// user 42 has rated 43 films and may like these 3:
}
