"""Labels for boxes and file covers, separator sheets, and what their QR codes say."""
