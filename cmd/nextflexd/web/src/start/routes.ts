import '../router'
