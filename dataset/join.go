package dataset

// JoinCatalogues returns base with its empty fields filled from other.
func JoinCatalogues(base, other *Catalogue) (*Catalogue, *Report, error) { panic("soon") }
