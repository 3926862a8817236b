"""What a report shows: tables, figures, their texts, and the comparison with the print."""
