/// The page's colours by what they mean; each is a CSS variable with a light and a dark value.
public enum PlotColour: String, Sendable {
    case primary, secondary, tertiary, muted
}
