import type {} from '@mui/material/themeCssVarsAugmentation'
import { createTheme } from '@mui/material/styles'

// One design language: a cinema at dusk. Text is Inter, headings are Fraunces;
// the accent is the amber of a projector's lamp, which stands out on ink and, a
// shade deeper, on paper. Spacing comes in steps of 8 px, corners in 12 px.
const display = '"Fraunces Variable", Georgia, serif'
const text = '"Inter Variable", system-ui, sans-serif'

export const theme = createTheme({
  cssVariables: { colorSchemeSelector: 'data-scheme' },
  colorSchemes: {
    light: {
      palette: {
        contrastThreshold: 4.5,
        error: { main: '#b3261e', contrastText: '#ffffff' },
        warning: { main: '#8a5a00', contrastText: '#ffffff' },
        info: { main: '#2f5d8a', contrastText: '#ffffff' },
        success: { main: '#2e6b3f', contrastText: '#ffffff' },
        primary: { main: '#8a3b12', contrastText: '#ffffff' },
        secondary: { main: '#4b3a86' },
        background: { default: '#fbf7f0', paper: '#ffffff' },
        text: { primary: '#211a2e', secondary: '#5a5166' },
        divider: '#e6ddd0',
      },
    },
    dark: {
      palette: {
        contrastThreshold: 4.5,
        error: { main: '#ff8a80', contrastText: '#2b0a08' },
        warning: { main: '#ffcf70', contrastText: '#2b1d00' },
        info: { main: '#9cc7ff', contrastText: '#0d1c2e' },
        success: { main: '#7fd6a0', contrastText: '#0b2415' },
        primary: { main: '#ffb454', contrastText: '#1d1533' },
        secondary: { main: '#c3b2ff' },
        background: { default: '#120e1f', paper: '#1b1530' },
        text: { primary: '#f4efff', secondary: '#b6abd0' },
        divider: '#332a50',
      },
    },
  },
  shape: { borderRadius: 12 },
  typography: {
    fontFamily: text,
    h1: { fontFamily: display, fontWeight: 640, fontSize: 'clamp(2rem, 5vw, 3.25rem)', lineHeight: 1.1, letterSpacing: '-0.01em' },
    h2: { fontFamily: display, fontWeight: 600, fontSize: 'clamp(1.4rem, 3vw, 1.9rem)', lineHeight: 1.2 },
    h3: { fontFamily: display, fontWeight: 600, fontSize: '1.2rem', lineHeight: 1.25 },
    button: { textTransform: 'none', fontWeight: 600 },
  },
  components: {
    MuiButton: { defaultProps: { disableElevation: true }, styleOverrides: { root: { borderRadius: 999, paddingInline: 20 } } },
    MuiPaper: { styleOverrides: { root: { backgroundImage: 'none' } } },
    MuiChip: { styleOverrides: { root: { fontWeight: 500 } } },
    // Underlined, since colour alone is no sign for everybody.
    MuiLink: { defaultProps: { underline: 'always' }, styleOverrides: { root: { textUnderlineOffset: '0.2em', textDecorationThickness: '1px' } } },
  },
})
