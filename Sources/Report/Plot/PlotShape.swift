/// How a point is drawn, so that colour is never the only difference.
public enum PlotShape: Sendable { case disc, ring, cross, diamond }
