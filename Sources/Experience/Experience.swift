// Experience
