// Package accounts does what people do with their accounts: register, confirm an
// address, log in and out, change and reset what belongs to them. It joins the
// store, the passwords and tokens of package auth, and the letters. It knows
// nothing of HTTP: package api turns requests into calls and errors into answers.
//
// Nothing here tells whether an address has an account to somebody who can't
// read its mail, except registering with it, which clients of the original site
// expect to fail. Letters are written, and addresses looked up for them, off the
// path of the request, so that neither an answer nor its time tells.
//
// What is wrong with a form is [FieldError], in the words of Django and djoser,
// which clients of the original site show.
package accounts
