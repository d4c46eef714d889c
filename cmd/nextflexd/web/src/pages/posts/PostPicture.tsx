import Box from '@mui/material/Box'
import { FormattedMessage } from 'react-intl'
import type { PostImage } from '../../api'

/** PostPicture shows an image of a post in the rendition that its place needs; sizes says how wide that is, as CSS does. */
export function PostPicture({ image, sizes, fit = 'cover', ratio }: { image: Pick<PostImage, 'alt' | 'state' | 'renditions' | 'width' | 'height'>; sizes: string; fit?: 'cover' | 'contain'; ratio?: string }) {
  const last = image.renditions.at(-1)
  if (!last) {
    return (
      <Box sx={{ display: 'grid', placeItems: 'center', bgcolor: 'action.hover', color: 'text.secondary', borderRadius: 1.5, p: 2, minHeight: 120, aspectRatio: ratio ?? `${image.width} / ${image.height}`, textAlign: 'center' }}>
        <FormattedMessage id={image.state === 'failed' ? 'image.failed' : 'image.pending'} />
      </Box>
    )
  }
  return (
    <Box
      component="img"
      src={last.url}
      srcSet={image.renditions.map((one) => `${one.url} ${one.width}w`).join(', ')}
      sizes={sizes}
      width={last.width}
      height={last.height}
      alt={image.alt}
      loading="lazy"
      decoding="async"
      sx={{ display: 'block', width: '100%', height: fit === 'cover' ? '100%' : 'auto', maxHeight: fit === 'contain' ? '80vh' : undefined, aspectRatio: ratio, objectFit: fit, borderRadius: 1.5, bgcolor: 'action.hover' }}
    />
  )
}
