"""Places: the province, its communes, the units before the reform of 2025, and what became of each."""
