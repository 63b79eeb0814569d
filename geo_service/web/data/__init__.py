"""What pages and other programs ask for: figures, shapes, tiles, downloads."""
