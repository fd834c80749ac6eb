/** Meters that the menus offer. */
export const METERS = ['4/4', '3/4', '6/8', '2/4', '5/4', '7/8', '12/8']
