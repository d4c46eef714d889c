import DownIcon from '@mui/icons-material/ArrowDownwardRounded'
import UpIcon from '@mui/icons-material/ArrowUpwardRounded'
import DeleteIcon from '@mui/icons-material/DeleteOutlineRounded'
import ImageIcon from '@mui/icons-material/AddPhotoAlternateOutlined'
import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import IconButton from '@mui/material/IconButton'
import LinearProgress from '@mui/material/LinearProgress'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import { useDropzone, type FileRejection } from 'react-dropzone'
import { useState, type ClipboardEvent } from 'react'
import { FormattedMessage, useIntl } from 'react-intl'
import { MetadataTable } from './MetadataTable'
import { mostBytes, mostImages, type Picture, type useImages } from './useImages'

const types = { 'image/jpeg': [], 'image/png': [], 'image/webp': [], 'image/gif': [], 'image/avif': [] }

/** ImageField takes images by dropping, choosing and pasting, and shows what becomes of each. */
export function ImageField({ images, closed = false }: { images: ReturnType<typeof useImages>; closed?: boolean }) {
  const { formatMessage } = useIntl()
  const [refused, setRefused] = useState<string[]>([])
  const onDrop = (files: File[], rejections: FileRejection[]) => {
    setRefused([
      ...rejections.map(({ file, errors }) => formatMessage({ id: errors.some(({ code }) => code === 'file-invalid-type') ? 'image.noImage' : 'image.tooLargeNamed' }, { name: file.name, most: mostBytes / 1024 / 1024 })),
      ...(images.pictures.length + files.length > mostImages ? [formatMessage({ id: 'image.tooMany' }, { most: mostImages })] : []),
    ])
    images.add(files)
  }
  const { getRootProps, getInputProps, isDragActive, open } = useDropzone({ onDrop, accept: types, maxSize: mostBytes, noClick: true, noKeyboard: true, disabled: closed })
  const paste = (event: ClipboardEvent) => {
    const files = [...event.clipboardData.files].filter((file) => file.type.startsWith('image/'))
    if (files.length > 0 && !closed) {
      event.preventDefault()
      onDrop(files, [])
    }
  }
  return (
    <Box component="section" aria-label={formatMessage({ id: 'post.images' })} onPaste={paste}>
      {!closed && (
      <Box
        {...getRootProps({ role: undefined, tabIndex: undefined })}
        sx={{ border: '2px dashed', borderColor: isDragActive ? 'primary.main' : 'divider', bgcolor: isDragActive ? 'action.hover' : undefined, borderRadius: 3, p: { xs: 2.5, sm: 4 }, textAlign: 'center' }}
      >
        <input {...getInputProps({ 'aria-label': formatMessage({ id: 'image.choose' }) })} />
        <Button variant="outlined" startIcon={<ImageIcon />} onClick={open}>
          <FormattedMessage id="image.choose" />
        </Button>
        <Typography variant="body2" color="textSecondary" sx={{ mt: 1.5 }}>
          <FormattedMessage id="image.drop" values={{ most: mostBytes / 1024 / 1024 }} />
        </Typography>
      </Box>
      )}
      {refused.map((text) => (
        <Alert key={text} severity="error" role="alert" sx={{ mt: 1.5 }}>
          {text}
        </Alert>
      ))}
      <Box component="ol" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {images.pictures.map((picture, i) => (
          <One key={picture.key} picture={picture} images={images} first={i === 0} last={i === images.pictures.length - 1} at={i + 1} />
        ))}
      </Box>
    </Box>
  )
}

function One({ picture, images, first, last, at }: { picture: Picture; images: ReturnType<typeof useImages>; first: boolean; last: boolean; at: number }) {
  const { formatMessage } = useIntl()
  const name = picture.name || formatMessage({ id: 'image.numbered' }, { at })
  const metadata = picture.upload?.metadata
  return (
    <Stack component="li" direction={{ xs: 'column', sm: 'row' }} sx={{ gap: 2.5, py: 2.5, borderBottom: 1, borderColor: 'divider' }}>
      <Box sx={{ width: { xs: '100%', sm: 180 }, flexShrink: 0 }}>
        {picture.preview && <Box component="img" src={picture.preview} alt="" sx={{ width: '100%', borderRadius: 1.5, aspectRatio: '4 / 3', objectFit: 'cover', bgcolor: 'action.hover' }} />}
      </Box>
      <Stack sx={{ flex: 1, minWidth: 0, gap: 1.5 }}>
        <Stack direction="row" sx={{ alignItems: 'center' }}>
          <Typography sx={{ fontWeight: 600, overflowWrap: 'anywhere', flex: 1 }}>{name}</Typography>
          <IconButton onClick={() => images.move(picture.key, -1)} disabled={first} aria-label={formatMessage({ id: 'image.up' }, { name })}>
            <UpIcon />
          </IconButton>
          <IconButton onClick={() => images.move(picture.key, 1)} disabled={last} aria-label={formatMessage({ id: 'image.down' }, { name })}>
            <DownIcon />
          </IconButton>
          <IconButton onClick={() => images.remove(picture.key)} aria-label={formatMessage({ id: 'image.remove' }, { name })}>
            <DeleteIcon />
          </IconButton>
        </Stack>
        {picture.fault ? (
          <Alert severity="error" role="alert">
            {picture.fault}
          </Alert>
        ) : (
          <>
            {!picture.upload && <LinearProgress variant="determinate" value={picture.progress * 100} aria-label={formatMessage({ id: 'image.sending' }, { name })} />}
            <TextField
              fullWidth
              label={formatMessage({ id: 'image.alt' })}
              helperText={formatMessage({ id: 'image.altWhy' })}
              value={picture.alt}
              onChange={(event) => images.change(picture.key, { alt: event.target.value })}
              slotProps={{ htmlInput: { maxLength: 500 } }}
            />
            {picture.upload?.state === 'failed' && (
              <Alert severity="warning">
                <FormattedMessage id="image.failed" />
              </Alert>
            )}
            {metadata ? (
              <MetadataTable metadata={metadata} caption={<FormattedMessage id="meta.title" />} />
            ) : (
              picture.upload?.state === 'pending' && (
                <Typography variant="body2" color="textSecondary" role="status">
                  <FormattedMessage id="image.pending" />
                </Typography>
              )
            )}
          </>
        )}
      </Stack>
    </Stack>
  )
}
