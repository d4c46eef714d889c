package main

func Example_main() {
	main()
	// Output:
	// 1. The Dark Knight Rises (2012): Christopher Nolan, dark knight trilogy, gotham city
	// 2. Batman Begins (2005): Christopher Nolan, dark knight trilogy, gotham city
	// 3. The Batman (2022): gotham city, batman, corruption
}
