import type { RouteObject } from 'react-router'

export const ratingRoutes: RouteObject[] = []
