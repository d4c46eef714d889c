// Package pages serves the web interface: one document for every page, which
// names the scripts and styles that make it, and these files themselves.
//
// The document is the same for all pages but for three things: a nonce, by which
// its Content-Security-Policy (W3C CSP3) lets in the styles that the scripts
// make; what the page is called and shows, for previews in other places and for
// the tab; and hints which parts the page will ask for, so that they come at once.
package pages
