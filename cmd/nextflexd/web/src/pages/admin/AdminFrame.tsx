import Box from '@mui/material/Box'
import Button from '@mui/material/Button'
import { FormattedMessage, useIntl } from 'react-intl'
import { NavLink, Outlet } from 'react-router'
import { RequireAccount } from '../../components/RequireAccount'
import type { TextId } from '../../texts'

const sections: { to: string; label: TextId }[] = [
  { to: '/admin', label: 'admin.overview' },
  { to: '/admin/tables', label: 'admin.tables' },
  { to: '/admin/users', label: 'admin.users' },
  { to: '/admin/jobs', label: 'admin.jobs' },
  { to: '/admin/models', label: 'admin.models' },
  { to: '/admin/backups', label: 'admin.backups' },
  { to: '/admin/audit', label: 'admin.audit' },
]

/** AdminFrame is around every page of the dashboard. */
export function AdminFrame() {
  const { formatMessage } = useIntl()
  return (
    <RequireAccount staff>
      {() => (
        <Box sx={{ display: 'grid', gridTemplateColumns: { xs: 'minmax(0, 1fr)', lg: '180px minmax(0, 1fr)' }, gap: { xs: 2, lg: 5 } }}>
          <Box component="nav" aria-label={formatMessage({ id: 'nav.admin' })} sx={{ display: 'flex', flexDirection: { xs: 'row', lg: 'column' }, gap: 0.5, overflowX: 'auto', pb: { xs: 1, lg: 0 } }}>
            {sections.map(({ to, label }) => (
              <Button key={to} component={NavLink} to={to} end={to === '/admin'} color="inherit" sx={{ justifyContent: 'flex-start', flexShrink: 0, color: 'text.secondary', '&.active': { color: 'text.primary', bgcolor: 'action.selected' } }}>
                <FormattedMessage id={label} />
              </Button>
            ))}
          </Box>
          <Box sx={{ minWidth: 0 }}>
            <Outlet />
          </Box>
        </Box>
      )}
    </RequireAccount>
  )
}
