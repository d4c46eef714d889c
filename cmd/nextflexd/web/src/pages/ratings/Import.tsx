import Alert from '@mui/material/Alert'
import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import LinearProgress from '@mui/material/LinearProgress'
import Link from '@mui/material/Link'
import Stack from '@mui/material/Stack'
import TextField from '@mui/material/TextField'
import Typography from '@mui/material/Typography'
import UploadIcon from '@mui/icons-material/UploadFileOutlined'
import { useState } from 'react'
import { useDropzone } from 'react-dropzone'
import { FormattedDate, FormattedMessage, useIntl } from 'react-intl'
import { Link as RouterLink, useNavigate } from 'react-router'
import { problemOf, useListImportsQuery, useUploadImportMutation, type UploadImportApiArg } from '../../api'
import { failureText } from '../../components/failureText'
import { Page } from '../../components/Page'
import { RequireAccount } from '../../components/RequireAccount'
import type { LeftOut } from './leftOut'

/** ImportRatings takes the files that other sites export. Nothing is stored before the review. */
export function ImportRatings() {
  return <RequireAccount>{() => <Choose />}</RequireAccount>
}

// What the server takes: in all, with a little room for the form around the files.
const most = 12 * 1024 * 1024
const room = 16 * 1024
const mostFiles = 10

function Choose() {
  const { formatMessage, ...rest } = useIntl()
  const [upload, { isLoading }] = useUploadImportMutation()
  const [fault, setFault] = useState<string>()
  const [several, setSeveral] = useState<File[]>() // a file with ratings of several people
  const [person, setPerson] = useState('')
  const navigate = useNavigate()
  const send = async (files: File[], user?: string) => {
    if (files.length === 0) return
    setFault(undefined)
    if (files.length > mostFiles) {
      setFault(formatMessage({ id: 'import.tooMany' }, { most: mostFiles }))
      return
    }
    if (files.reduce((sum, file) => sum + file.size, 0) > most - room) {
      setFault(formatMessage({ id: 'import.tooLarge' }, { most: most / 1024 / 1024 }))
      return
    }
    const form = new FormData()
    for (const file of files) form.append('file', file, file.name)
    if (user) form.set('user', user)
    // A form tells its own type, with the boundary between its parts.
    const answer = await upload({ body: form as unknown as UploadImportApiArg['body'] })
    if (answer.data) return void navigate(`/my/import/${answer.data.id}`, { state: { ignored: answer.data.ignored, others: answer.data.others } satisfies LeftOut })
    const problem = problemOf(answer.error)
    if (problem?.fields['user']) setSeveral(files)
    setFault(failureText({ formatMessage, ...rest }, problem))
  }
  const { getRootProps, getInputProps, open, isDragActive } = useDropzone({ onDrop: (files) => void send(files), noClick: true, noKeyboard: true })
  return (
    <Page title={formatMessage({ id: 'import.title' })} lead={<FormattedMessage id="import.lead" />}>
      <Box sx={{ maxWidth: 760 }}>
        <Box {...getRootProps({ role: undefined, tabIndex: undefined })} sx={{ border: '2px dashed', borderColor: isDragActive ? 'primary.main' : 'divider', bgcolor: isDragActive ? 'action.hover' : undefined, borderRadius: 3, p: { xs: 3, sm: 5 }, textAlign: 'center' }}>
          <input {...getInputProps({ 'aria-label': formatMessage({ id: 'import.choose' }) })} />
          <Button variant="contained" size="large" startIcon={<UploadIcon />} onClick={open} loading={isLoading}>
            <FormattedMessage id="import.choose" />
          </Button>
          <Typography variant="body2" color="textSecondary" sx={{ mt: 1.5 }}>
            <FormattedMessage id="import.drop" />
          </Typography>
          {isLoading && <LinearProgress sx={{ mt: 2 }} aria-label={formatMessage({ id: 'import.reading' })} />}
        </Box>
        {fault && (
          <Alert severity="error" role="alert" sx={{ mt: 2 }}>
            {fault}
          </Alert>
        )}
        {several && (
          <Stack
            component="form"
            direction="row"
            sx={{ gap: 1.5, mt: 2 }}
            onSubmit={(event: React.FormEvent) => {
              event.preventDefault()
              void send(several, person.trim())
            }}
          >
            <TextField size="small" required label={formatMessage({ id: 'import.person' })} value={person} onChange={(event) => setPerson(event.target.value)} slotProps={{ htmlInput: { maxLength: 100 } }} />
            <Button type="submit" variant="contained" loading={isLoading}>
              <FormattedMessage id="import.again" />
            </Button>
          </Stack>
        )}
        <Where />
        <Earlier />
      </Box>
    </Page>
  )
}

/** Where tells how each of the sites lets one export. */
function Where() {
  return (
    <Box component="section" sx={{ mt: 5 }}>
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        <FormattedMessage id="import.where" />
      </Typography>
      <Box component="dl" sx={{ display: 'grid', gridTemplateColumns: { xs: '1fr', sm: '120px 1fr' }, rowGap: 1, columnGap: 3, m: 0, '& dt': { fontWeight: 600 }, '& dd': { m: 0, color: 'text.secondary' } }}>
        {(['letterboxd', 'imdb', 'movielens'] as const).map((site) => (
          <Box key={site} sx={{ display: 'contents' }}>
            <dt>
              <FormattedMessage id={`import.${site}`} />
            </dt>
            <dd>
              <FormattedMessage id={`import.${site}.where`} />
            </dd>
          </Box>
        ))}
      </Box>
    </Box>
  )
}

function Earlier() {
  const { data } = useListImportsQuery()
  if (!data || data.items.length === 0) return null
  return (
    <Box component="section" sx={{ mt: 5 }}>
      <Typography variant="h2" sx={{ mb: 1.5 }}>
        <FormattedMessage id="import.earlier" />
      </Typography>
      <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0 }}>
        {data.items.map((one) => (
          <Box component="li" key={one.id} sx={{ py: 1.25, borderBottom: 1, borderColor: 'divider', display: 'flex', gap: 2, justifyContent: 'space-between', flexWrap: 'wrap' }}>
            <Link component={RouterLink} to={`/my/import/${one.id}`} sx={{ overflowWrap: 'anywhere' }}>
              {one.file_name}
            </Link>
            <Typography variant="body2" color="textSecondary">
              <FormattedMessage id={`import.${one.source}`} />
              {' · '}
              <FormattedDate value={one.created_at} dateStyle="medium" />
              {' · '}
              <FormattedMessage id={one.state === 'applied' ? 'import.applied' : 'import.waiting'} />
            </Typography>
          </Box>
        ))}
      </Box>
    </Box>
  )
}
