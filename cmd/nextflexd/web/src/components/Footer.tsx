import Box from '@mui/material/Box'
import Container from '@mui/material/Container'
import Link from '@mui/material/Link'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import { FormattedMessage } from 'react-intl'
import { useAboutQuery } from '../api'

export function Footer() {
  const { data } = useAboutQuery()
  return (
    <Box component="footer" id="data" sx={{ borderTop: 1, borderColor: 'divider', py: 3 }}>
      <Container maxWidth="xl">
        <Stack direction={{ xs: 'column', md: 'row' }} sx={{ justifyContent: 'space-between', gap: 1, minHeight: 44 }}>
          <Typography variant="body2" color="textSecondary">
            {data && <FormattedMessage id="footer.set" values={{ films: data.films, ratings: data.ratings, people: data.users }} />}
            {data?.simulated && (
              <>
                {'. '}
                <FormattedMessage id="simulated.text" />
              </>
            )}
          </Typography>
          <Link href="/api/v1/openapi.json" variant="body2">
            <FormattedMessage id="footer.api" />
          </Link>
        </Stack>
      </Container>
    </Box>
  )
}
