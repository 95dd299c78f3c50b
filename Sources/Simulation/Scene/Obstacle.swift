/// What stands in the way.
public enum Obstacle: Sendable, Equatable {
    /// A round post, taller than the arm may lift: radius, m.
    case post(radius: Double)
    /// A wall across the table at constant y, to be lifted over: half thickness and height, m.
    case wall(halfThickness: Double, height: Double)
}
