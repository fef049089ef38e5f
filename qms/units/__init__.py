"""Districts and their units: the tree of agencies, dated.

A *district* (kabupaten, kota, provinsi) is the wall between installations' tenants: nothing of one
is seen from another. Its *units* (perangkat daerah: dinas, badan, kecamatan, puskesmas, sekolah,
UPTD ...) form a tree with one root, the district's own unit. Names, codes and parents hold from a
day on, so that history keeps the names of its day; agencies merge, split and are renamed, and the
*succession* says who came from whom. A unit offers *services* (layanan). Units are closed, never
deleted.
"""
