import Testing

@Suite("Learning")
struct LearningTests {}
