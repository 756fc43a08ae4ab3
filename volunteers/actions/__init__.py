"""What happens to people: registered, admitted, asked, vetted, freed."""
