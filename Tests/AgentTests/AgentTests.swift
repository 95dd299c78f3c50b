import Testing

@Suite("Agent")
struct AgentTests {}
