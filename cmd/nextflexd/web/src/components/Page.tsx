import Box from '@mui/material/Box'
import Stack from '@mui/material/Stack'
import Typography from '@mui/material/Typography'
import type { ReactNode } from 'react'
import { useTitle } from './useTitle'

/** Page is a page with its one heading of the first level. lead says below it what the page is for. */
export function Page({ title, lead, actions, children, width }: { title: string; lead?: ReactNode; actions?: ReactNode; children: ReactNode; width?: 'narrow' | 'wide' }) {
  useTitle(title)
  return (
    <Box sx={width === 'narrow' ? { maxWidth: 560, mx: 'auto' } : undefined}>
      <Stack direction={{ xs: 'column', sm: 'row' }} sx={{ justifyContent: 'space-between', alignItems: { sm: 'flex-end' }, gap: 2, mb: { xs: 3, md: 4 } }}>
        <Box sx={{ maxWidth: '62ch' }}>
          <Typography variant="h1">{title}</Typography>
          {lead && (
            <Typography color="textSecondary" sx={{ mt: 1, fontSize: '1.05rem' }}>
              {lead}
            </Typography>
          )}
        </Box>
        {actions && (
          <Stack direction="row" spacing={1} sx={{ flexShrink: 0, flexWrap: 'wrap', rowGap: 1 }}>
            {actions}
          </Stack>
        )}
      </Stack>
      {children}
    </Box>
  )
}
