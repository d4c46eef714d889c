import '../theme'
