import Box from '@mui/material/Box'
import type { ReactNode } from 'react'

/** DataTable is a table of the dashboard: it scrolls by itself when it is wider than the page, and its first column stays. */
export function DataTable({ label, head, children }: { label: string; head: ReactNode; children: ReactNode }) {
  return (
    <Box tabIndex={0} role="region" aria-label={label} sx={{ overflowX: 'auto', bgcolor: 'background.paper', borderRadius: 3 }}>
      <Box
        component="table"
        aria-label={label}
        sx={{
          width: '100%',
          borderCollapse: 'collapse',
          fontSize: '0.875rem',
          fontVariantNumeric: 'tabular-nums',
          '& th, & td': { textAlign: 'left', px: 1.5, py: 1, borderBottom: 1, borderColor: 'divider', verticalAlign: 'top', whiteSpace: 'nowrap', maxWidth: 360, overflow: 'hidden', textOverflow: 'ellipsis' },
          '& thead th': { color: 'text.secondary', fontWeight: 600 },
          '& th:first-of-type, & td:first-of-type': { position: 'sticky', left: 0, bgcolor: 'background.paper', zIndex: 1 },
          '& .MuiButton-root': { px: 1, minWidth: 0 },
          '& tbody tr:last-of-type > *': { borderBottom: 0 },
        }}
      >
        <thead>
          <tr>{head}</tr>
        </thead>
        <tbody>{children}</tbody>
      </Box>
    </Box>
  )
}
