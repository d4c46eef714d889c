import ExploreIcon from '@mui/icons-material/ExploreOutlined'
import HomeIcon from '@mui/icons-material/HomeOutlined'
import LikeIcon from '@mui/icons-material/JoinInner'
import PostsIcon from '@mui/icons-material/PhotoLibraryOutlined'
import TopIcon from '@mui/icons-material/StarBorderRounded'
import ForYouIcon from '@mui/icons-material/AutoAwesomeOutlined'
import Box from '@mui/material/Box'
import ButtonBase from '@mui/material/ButtonBase'
import Typography from '@mui/material/Typography'
import { FormattedMessage, useIntl } from 'react-intl'
import { NavLink } from 'react-router'
import { destinations } from './destinations'

const symbols = { '/': HomeIcon, '/explore': ExploreIcon, '/top': TopIcon, '/like': LikeIcon, '/for-you': ForYouIcon, '/posts': PostsIcon }

/** BottomBar is the main navigation where a thumb reaches it. */
export function BottomBar() {
  const { formatMessage } = useIntl()
  return (
    <Box
      component="nav"
      aria-label={formatMessage({ id: 'nav.main' })}
      sx={{
        display: { xs: 'flex', md: 'none' },
        position: 'fixed',
        inset: 'auto 0 0 0',
        zIndex: 'appBar',
        bgcolor: 'background.paper',
        borderTop: 1,
        borderColor: 'divider',
        pb: 'env(safe-area-inset-bottom)',
      }}
    >
      {destinations.map(({ to, label }) => {
        const Symbol = symbols[to]
        return (
          <ButtonBase
            key={to}
            component={NavLink}
            to={to}
            end={to === '/'}
            sx={{ flex: 1, minWidth: 0, flexDirection: 'column', gap: 0.25, py: 1, minHeight: 58, color: 'text.secondary', '&.active': { color: 'primary.main' } }}
          >
            <Symbol fontSize="small" aria-hidden />
            <Typography component="span" sx={{ fontSize: '0.68rem', fontWeight: 600, lineHeight: 1.2, whiteSpace: 'nowrap', overflow: 'hidden', textOverflow: 'ellipsis', maxWidth: '100%' }}>
              <FormattedMessage id={label} />
            </Typography>
          </ButtonBase>
        )
      })}
    </Box>
  )
}
