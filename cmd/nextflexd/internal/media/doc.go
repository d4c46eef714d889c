// Package media checks uploaded images, tells what their metadata says, and
// makes the renditions that are served.
//
// What is accepted is JPEG, PNG, WebP, GIF and AVIF of at most [MaxBytes]; the
// type is what the content says, never a name or a header. The structure of a
// file is walked to its very end before anything is decoded: sizes come from
// headers and are bounded, and what follows the image's end (an archive, a
// page, a script) makes the file refused. Then the picture is decoded
// completely, so that a truncated file is refused, too.
//
// Where a photo was taken is never kept. [Inspection.Clean] is the picture
// without any metadata: no EXIF, XMP or IPTC, no comments, no thumbnail inside,
// no second picture. That copy is what is stored, so that renditions can be made
// later or again; nobody is served it. What is served is a [Rendition], encoded
// anew from the pixels, which has no metadata at all. [Metadata] is filled from
// a list of allowed tags, none of which tells a place; of times it holds what
// the camera's clock showed, without the time zone, since that is a place, too.
//
// Renditions fit squares of 240 (thumb), 640 (card) and 1600 pixels (full); a
// picture is never enlarged. The orientation that the camera noted is applied.
// Of an animation the first frame is used. Opaque pictures become JPEG, others
// PNG. Colours are taken for sRGB: a profile is named in the metadata and not
// applied.
//
// Decoding takes memory, so a [Processor] does few at once, and refuses a
// picture that would need more than it may have. A [Pool] makes renditions off
// the path of requests.
package media
