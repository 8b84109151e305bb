import MatDeriv
import Tabular
