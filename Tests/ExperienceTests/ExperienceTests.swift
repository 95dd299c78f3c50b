import Testing

@Suite("Experience")
struct ExperienceTests {}
