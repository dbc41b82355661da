"""An office's own data: one workbook of areas, staff, households, members, pairings."""
