"""What every area stands on; nothing here knows of quality management."""
