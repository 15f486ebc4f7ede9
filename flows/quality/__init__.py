"""How well the state serves: the field's indicators, counted from what was pulled."""
