package main

func Example_main() {
	main()
	// Output:
	// RMSE on the demo set (simulated ratings), 2 folds
	// mean of all ratings  1.05
	// user and item biases 0.89
	// ALS                  0.79
}
