import BackIcon from '@mui/icons-material/ChevronLeftRounded'
import CloseIcon from '@mui/icons-material/Close'
import NextIcon from '@mui/icons-material/ChevronRightRounded'
import Box from '@mui/material/Box'
import Dialog from '@mui/material/Dialog'
import IconButton from '@mui/material/IconButton'
import { useIntl } from 'react-intl'
import type { PostImage } from '../../api'

/** Lightbox shows an image as large as the window; the arrow keys lead to the others, Escape back. */
export function Lightbox({ images, at, onMove, onClose }: { images: readonly PostImage[]; at: number; onMove: (at: number) => void; onClose: () => void }) {
  const { formatMessage } = useIntl()
  const image = images[at]
  const last = image?.renditions.at(-1)
  if (!image || !last) return null
  const move = (step: number) => {
    const next = at + step
    if (images[next]) onMove(next)
  }
  return (
    <Dialog
      open
      fullScreen
      onClose={onClose}
      aria-label={image.alt || formatMessage({ id: 'post.image' }, { at: at + 1, all: images.length })}
      onKeyDown={(event) => {
        if (event.key === 'ArrowLeft') move(-1)
        if (event.key === 'ArrowRight') move(1)
      }}
    >
      <Box sx={{ display: 'flex', justifyContent: 'flex-end', gap: 1, p: 1 }}>
        {images.length > 1 && (
          <>
            <IconButton onClick={() => move(-1)} disabled={at === 0} aria-label={formatMessage({ id: 'post.imageBefore' })}>
              <BackIcon />
            </IconButton>
            <IconButton onClick={() => move(1)} disabled={at === images.length - 1} aria-label={formatMessage({ id: 'post.imageAfter' })}>
              <NextIcon />
            </IconButton>
          </>
        )}
        <IconButton onClick={onClose} aria-label={formatMessage({ id: 'common.close' })} autoFocus>
          <CloseIcon />
        </IconButton>
      </Box>
      <Box sx={{ flex: 1, minHeight: 0, display: 'grid', placeItems: 'center', p: 2 }}>
        <Box component="img" src={last.url} alt={image.alt} sx={{ maxWidth: '100%', maxHeight: '100%', objectFit: 'contain' }} />
      </Box>
    </Dialog>
  )
}
