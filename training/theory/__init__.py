"""The theory of Goodfellow et al. 2014 made visible: small games whose densities are known."""
