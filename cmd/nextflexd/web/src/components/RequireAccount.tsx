import Button from '@mui/material/Button'
import Stack from '@mui/material/Stack'
import type { ReactNode } from 'react'
import { FormattedMessage } from 'react-intl'
import { Link, useLocation } from 'react-router'
import type { Me } from '../api'
import { useAccount } from '../session/useAccount'
import { LinesSkeleton, State } from './states'

/**
 * RequireAccount shows a page to who may see it, and the way to the login to
 * others. It is for orientation alone: the server refuses what isn't allowed.
 */
export function RequireAccount({ staff = false, children }: { staff?: boolean; children: (account: Me) => ReactNode }) {
  const { account, loading } = useAccount()
  const { pathname, search } = useLocation()
  if (loading) return <LinesSkeleton />
  if (!account) {
    return (
      <State
        level="h1"
        title={<FormattedMessage id="login.needed" />}
        action={
          <Stack direction="row" spacing={1}>
            <Button component={Link} to="/login" state={{ from: pathname + search }} variant="contained">
              <FormattedMessage id="nav.login" />
            </Button>
            <Button component={Link} to="/register" variant="outlined">
              <FormattedMessage id="nav.register" />
            </Button>
          </Stack>
        }
      >
        <FormattedMessage id="login.neededText" />
      </State>
    )
  }
  if (staff && account.role !== 'staff') {
    return (
      <State level="h1" title={<FormattedMessage id="staff.needed" />}>
        <FormattedMessage id="staff.neededText" />
      </State>
    )
  }
  return children(account)
}
