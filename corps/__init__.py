"""Corps: the register, the work and the liaison of a volunteer organisation."""
