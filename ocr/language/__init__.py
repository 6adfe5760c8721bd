"""What is known of the Vietnamese language, and what it says of a reading."""
