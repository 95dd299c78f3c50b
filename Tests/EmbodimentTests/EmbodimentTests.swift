import Testing

@Suite("Embodiment")
struct EmbodimentTests {}
