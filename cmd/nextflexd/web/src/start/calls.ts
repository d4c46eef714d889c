import '../api/generated'
