import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import Typography from '@mui/material/Typography'
import { FormattedMessage, FormattedNumber, useIntl } from 'react-intl'
import { Link } from 'react-router'
import { useDeleteUploadMutation, useListUploadsQuery, type Me, type Upload } from '../../api'
import { useNotice } from '../../components/Notices'
import { Page } from '../../components/Page'
import { RequireAccount } from '../../components/RequireAccount'
import { PostPicture } from './PostPicture'
import { PostPages } from './Posts'

export function MyPosts() {
  return <RequireAccount>{(account) => <Own account={account} />}</RequireAccount>
}

function Own({ account }: { account: Me }) {
  const { formatMessage } = useIntl()
  const { data } = useListUploadsQuery({ limit: 100 })
  const unused = data?.items.filter((upload) => upload.post_id === undefined) ?? []
  return (
    <Page
      title={formatMessage({ id: 'nav.myPosts' })}
      lead={data && data.used > 0 ? <FormattedMessage id="myPosts.used" values={{ size: <FormattedNumber value={data.used / 1024 / 1024} style="unit" unit="megabyte" maximumFractionDigits={1} /> }} /> : undefined}
      actions={
        <Button component={Link} to="/posts/new" variant="contained">
          <FormattedMessage id="posts.write" />
        </Button>
      }
    >
      <PostPages user={account.id} />
      {unused.length > 0 && (
        <Box component="section" sx={{ mt: 5 }}>
          <Typography variant="h2" sx={{ mb: 1 }}>
            <FormattedMessage id="myPosts.unused" />
          </Typography>
          <Typography color="textSecondary" sx={{ mb: 2 }}>
            <FormattedMessage id="myPosts.unusedText" />
          </Typography>
          <Box component="ul" sx={{ listStyle: 'none', p: 0, m: 0, display: 'grid', gridTemplateColumns: 'repeat(auto-fill, minmax(160px, 1fr))', gap: 2 }}>
            {unused.map((upload) => (
              <Unused key={upload.id} upload={upload} />
            ))}
          </Box>
        </Box>
      )}
    </Page>
  )
}

function Unused({ upload }: { upload: Upload }) {
  const { formatMessage } = useIntl()
  const [remove, { isLoading }] = useDeleteUploadMutation()
  const notice = useNotice()
  const name = upload.metadata?.name || upload.alt || String(upload.id)
  return (
    <li>
      <PostPicture image={upload} sizes="200px" ratio="4 / 3" />
      <Button
        size="small"
        color="error"
        loading={isLoading}
        aria-label={formatMessage({ id: 'image.remove' }, { name })}
        onClick={async () => {
          const { error } = await remove({ upload: upload.id })
          if (error) notice.failure(error)
        }}
      >
        <FormattedMessage id="common.delete" />
      </Button>
    </li>
  )
}
