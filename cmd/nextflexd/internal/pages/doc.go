// Package pages serves the web interface: one document for every page, which
// names the scripts and styles that make it, and these files themselves.
//
// The document is the same for all pages but for three things: a nonce, by which
// its Content-Security-Policy (W3C CSP3) lets in the styles that stand in it and
// those that the scripts make; what the page is called and shows, for previews in
// other places, for the tab, and drawn before any script has come; and which parts
// the page will ask for, so that they come at once after that.
package pages
