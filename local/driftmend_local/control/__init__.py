"""The local AWS as a whole: started, deployed to, asked about itself."""
