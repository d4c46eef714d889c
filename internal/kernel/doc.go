// Package kernel holds the float32 loops in which the recommenders spend their
// time. Each exported function documents the plain Go loop that it equals and
// checks its lengths; where the processor allows, a faster implementation takes
// the loop's place. A kernel adds in a fixed order that depends on its
// arguments' lengths alone, so that the same implementation gives the same bits
// on every call, whichever goroutine makes it.
//
// Products are converted before they are added, float32(x*y), because the
// compiler would otherwise fuse them on some architectures and not on others.
package kernel
